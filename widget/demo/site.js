// What a webmaster may add to a site: buttons of the page that open the chat, with a question or without.
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    const chat = document.querySelector("permit-chat");
    if (button.dataset.ask) chat.ask(button.dataset.ask);
    else chat.open();
  });
}
