export { type TestStore, testKeys, testStore } from "./s3-server";
