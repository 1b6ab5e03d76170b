// Loaded before the code of a document, which uses console.assert to state facts: makes false assertions fail.

import assert from "node:assert/strict";

console.assert = (condition, ...message) =>
  assert.ok(condition, message.length ? message.join(" ") : "console.assert failed");
