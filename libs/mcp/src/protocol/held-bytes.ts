/** The approximate size in bytes of a value in memory besides its JSON: an empty object has two characters. */
const VALUE_BYTES = 64;

/** The approximate bytes that a value takes in memory, of JSON that a client has sent. */
export function heldBytes(value: object): number {
  let values = 0;
  const json = JSON.stringify(value, (_key, one: unknown) => {
    values += 1;
    return one;
  });
  return Buffer.byteLength(json) + values * VALUE_BYTES;
}

/** Says how many bytes are too many, in an error for the client. */
export function tooManyBytes(what: string, most: number): string {
  return `Invalid params: ${what} take more than ${most} bytes (their JSON, and ${VALUE_BYTES} for each value in it)`;
}
