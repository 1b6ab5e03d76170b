export { isTableFile, tableName } from "../tables/table-file";
export { type CatalogEntry, catalog, datasetNames, entryOf } from "./catalog";
