/** The widget's own sentences, each in every language: their one home. What is in braces is filled in. */

import type { Language } from "./protocol";

/** Each by its own name, in the order of the columns below. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", fr: "Français", es: "Español" };
export const LANGUAGES = Object.keys(LANGUAGE_NAMES) as readonly Language[];

type Sentence = readonly [en: string, fr: string, es: string];

export const SENTENCES = {
  // how it introduces itself
  launcher: ["Ask about work permits", "Questions sur le permis de travail", "Preguntas sobre el permiso de trabajo"],
  title: ["Work permit assistant", "Assistant permis de travail", "Asistente de permisos de trabajo"],
  greeting: [
    "Hello, and welcome! I can tell you about the CUSMA (formerly NAFTA) Professional work permit for Canada, for citizens of the US or Mexico.\n\nTell me your **profession** and your **citizenship**, or ask for instance:",
    "Bonjour et bienvenue! Je peux vous renseigner sur le permis de travail pour professionnels de l’ACEUM (l’ancien ALENA) au Canada, pour les citoyens des États-Unis et du Mexique.\n\nDites-moi votre **profession** et votre **citoyenneté**, ou demandez par exemple :",
    "¡Hola y bienvenido! Puedo informarle sobre el permiso de trabajo para profesionales del T-MEC (antes TLCAN) en Canadá, para ciudadanos de Estados Unidos o México.\n\nDígame su **profesión** y su **ciudadanía**, o pregunte por ejemplo:",
  ],
  suggestions: [
    "Can a US pharmacist get a permit?|Do I need a CAQ for Quebec?|How do I apply?",
    "Un pharmacien américain peut-il obtenir un permis?|Faut-il un CAQ pour le Québec?|Comment faire la demande?",
    "¿Puede un farmacéutico mexicano obtener el permiso?|¿Necesito un CAQ para Quebec?|¿Cómo lo solicito?",
  ],
  notice: [
    "Information, not legal advice.",
    "Information générale, pas un avis juridique.",
    "Información, no asesoría legal.",
  ],
  privacy: ["Privacy", "Confidentialité", "Privacidad"],
  // names that a screen reader says
  open: ["Open chat: {name}", "Ouvrir le clavardage : {name}", "Abrir el chat: {name}"],
  closeChat: ["Close chat: {name}", "Fermer le clavardage : {name}", "Cerrar el chat: {name}"],
  close: ["Close", "Fermer", "Cerrar"],
  log: ["Conversation", "Conversation", "Conversación"],
  choices: ["Suggested answers", "Réponses proposées", "Respuestas sugeridas"],
  you: ["You:", "Vous :", "Usted:"],
  assistant: ["Assistant:", "Assistant :", "Asistente:"],
  newTab: ["Opens in a new tab", "S’ouvre dans un nouvel onglet", "Se abre en una pestaña nueva"],
  oneNew: ["1 new message", "1 nouveau message", "1 mensaje nuevo"],
  manyNew: ["{n} new messages", "{n} nouveaux messages", "{n} mensajes nuevos"],
  // writing
  input: ["Your question", "Votre question", "Su pregunta"],
  placeholder: ["Type your question", "Écrivez votre question", "Escriba su pregunta"],
  send: ["Send", "Envoyer", "Enviar"],
  counter: ["{n} of {most} characters", "{n} caractères sur {most}", "{n} de {most} caracteres"],
  tooLong: [
    "That is {n} characters, and I can read {most}. Please shorten it a little.",
    "Cela fait {n} caractères, et je peux en lire {most}. Merci de raccourcir un peu.",
    "Son {n} caracteres, y puedo leer {most}. Acórtelo un poco, por favor.",
  ],
  sending: ["Sending…", "Envoi…", "Enviando…"],
  unsent: [
    "Not sent yet. It goes out when you are back online.",
    "Pas encore envoyé. Le message partira dès que vous serez de nouveau en ligne.",
    "Aún no se ha enviado. Saldrá cuando vuelva a tener conexión.",
  ],
  again: ["Try again", "Réessayer", "Reintentar"],
  // waiting
  lookup: ["Looking it up…", "Je cherche…", "Lo estoy buscando…"],
  slow: [
    "This takes longer than usual… I’m still waiting.",
    "C’est plus long que d’habitude… J’attends encore.",
    "Tarda más de lo normal… Sigo esperando.",
  ],
  connecting: ["Connecting…", "Connexion…", "Conectando…"],
  reconnecting: ["Reconnecting…", "Reconnexion…", "Reconectando…"],
  unreachable: [
    "I can’t reach our server right now, and keep trying.",
    "Notre serveur est injoignable pour le moment. Je continue d’essayer.",
    "No puedo conectar con nuestro servidor. Sigo intentándolo.",
  ],
  call: [
    "You can also call us: {phone}.",
    "Vous pouvez aussi nous appeler : {phone}.",
    "También puede llamarnos: {phone}.",
  ],
  // the menu
  menu: ["Menu", "Menu", "Menú"],
  startOver: ["Start over", "Recommencer", "Empezar de nuevo"],
  startedOver: ["All right, from the beginning.", "Très bien, reprenons du début.", "De acuerdo, desde el principio."],
  erase: ["Delete this conversation", "Supprimer cette conversation", "Eliminar esta conversación"],
  eraseAsk: ["Delete this conversation?", "Supprimer cette conversation?", "¿Eliminar esta conversación?"],
  eraseWhat: [
    "It is erased here and on our server, for good. A request that you already sent to our lawyers stays with the firm.",
    "Elle est effacée ici et sur notre serveur, pour de bon. Une demande déjà envoyée à nos avocats reste au cabinet.",
    "Se borra aquí y en nuestro servidor, para siempre. Una solicitud ya enviada a nuestros abogados se queda en el bufete.",
  ],
  eraseYes: ["Delete", "Supprimer", "Eliminar"],
  eraseNo: ["Keep it", "La garder", "Conservarla"],
  erased: ["Your conversation is deleted.", "Votre conversation est supprimée.", "Su conversación se ha eliminado."],
  notDone: [
    "That didn’t work: I can’t reach our server. Please try again in a moment.",
    "Cela n’a pas fonctionné : notre serveur est injoignable. Réessayez dans un instant.",
    "No funcionó: no puedo conectar con nuestro servidor. Inténtelo de nuevo en un momento.",
  ],
} satisfies Record<string, Sentence>;

export type Words = Record<keyof typeof SENTENCES, string>;

export function wordsIn(language: Language): Words {
  const column = LANGUAGES.indexOf(language);
  return Object.fromEntries(Object.entries(SENTENCES).map(([name, row]) => [name, row[column]])) as Words;
}

/** The language that a tag such as "fr-CA" asks for, if it is one of ours. */
export function languageOf(tag: string | null | undefined): Language | undefined {
  const base = tag?.toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language === base);
}

/** A sentence with its braces filled. */
export const fill = (sentence: string, values: Record<string, string>): string =>
  sentence.replace(/\{(\w+)\}/g, (brace, name: string) => values[name] ?? brace);
