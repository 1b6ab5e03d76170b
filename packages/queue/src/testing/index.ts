export { hasRedis, type TestRedis, testRedis } from "./redis";
