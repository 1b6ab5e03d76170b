/** User and password in an address, up to the last @ of a word: a password may be written without escapes. */
const credentials = /(\b[a-z][a-z0-9+.-]*:\/\/)\S*@/gi;

/** Text in which user and password of each address, as in `redis://user:password@host`, are replaced by three asterisks. */
export const masked = (text: string): string => text.replace(credentials, "$1***@");
