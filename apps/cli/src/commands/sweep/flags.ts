/** Options of the search. */
export interface SearchFlags {
  readonly search?: string;
  readonly settings?: number;
  readonly searchSeed?: number;
  readonly parallel?: number;
  readonly halving?: number;
  readonly least?: number;
  readonly refit?: true;
  readonly jobs?: number;
  readonly allowUse?: true;
}
