import type { AdapterLayer } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { count } from "../terminal/format";
import type { Column } from "../terminal/table";

/** Columns of a table of an adapter's layers. */
export const adapterColumns: readonly Column<AdapterLayer>[] = [
  { heading: "layer", of: ({ layer }) => printable(layer), align: "left" },
  { heading: "form", of: ({ form }) => printable(form), align: "left" },
  { heading: "dictionary", of: ({ dictionaries }) => printable([...new Set(dictionaries)].join(", ")), align: "left" },
  { heading: "learned", of: ({ learned }) => count(learned) },
  { heading: "bytes", of: ({ bytes }) => count(bytes) },
];
