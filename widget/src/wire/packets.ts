/**
 * socket.io's packets, protocol 5, of the default namespace and without binary attachments, in the place of
 * socket.io-parser: a digit for the type, the id of an acknowledgement if one is wanted, then JSON.
 */

import { Emitter } from "@socket.io/component-emitter";

interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly id?: number | undefined;
  readonly data?: unknown;
}

export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
  BINARY_EVENT: 5,
  BINARY_ACK: 6,
};

const PACKET = /^([0-4])(\d*)(.*)$/s;

export class Encoder {
  encode({ type, id, data }: Packet): string[] {
    return [`${type}${id ?? ""}${data === undefined ? "" : JSON.stringify(data)}`];
  }
}

export class Decoder extends Emitter<Record<never, never>, Record<never, never>, { decoded: (packet: Packet) => void }> {
  /** Throws what is no such packet; socket.io then closes the connection and makes a new one. */
  add(text: string): void {
    const [, type, id, json] = PACKET.exec(text) ?? [];
    if (type === undefined) throw new Error("no packet");
    const data: unknown = json ? JSON.parse(json) : undefined;
    if (Number(type) >= PacketType.EVENT && Number(type) <= PacketType.ACK && !Array.isArray(data)) {
      throw new Error("no list of arguments");
    }
    this.emitReserved("decoded", { type: Number(type), nsp: "/", id: id ? Number(id) : undefined, data });
  }

  destroy(): void {}
}
