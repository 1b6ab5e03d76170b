/** Options of `weightcast board`. */
export interface BoardFlags {
  readonly port?: number;
}
