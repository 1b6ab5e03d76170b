export { type CatalogEntry, catalog, datasetNames, entryOf } from "./catalog";
