import { z } from "zod";

/** Most characters of a value that a message shows. */
const longest = 60;

/** Names of types in a message. */
const kinds: Readonly<Record<string, string>> = {
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "an object with fields",
  record: "an object with fields",
};

/** Faults that a message names; further ones are counted. */
const most = 10;

/** Faults of a run in words, one a line. */
export function messagesOf(issues: readonly z.core.$ZodIssue[]): string {
  const rest = issues.length - most;
  return [...issues.slice(0, most).map(messageOf), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n  ");
}

/** Fault of a field in words: its path, the rule, the value. */
function messageOf(issue: z.core.$ZodIssue): string {
  const { path, input } = issue;
  const at = path.length === 0 ? "" : `${z.core.toDotPath(path)}: `;
  // Of a union Zod reports the whole object; the fault is in the field that chooses.
  const got = issue.code === "invalid_union" && "options" in issue ? fieldOf(input, path.at(-1)) : input;
  const rule = ruleOf(issue);
  if (issue.code === "unrecognized_keys" || (issue.code === "custom" && got === undefined)) return `${at}${rule}`;
  if (got === undefined) return `${at}is missing; it ${rule}`;
  if (got === null) return `${at}${rule}; got nothing: give it a value, or leave it out`;
  return `${at}${rule}; got ${shown(got)}`;
}

/** Rule that a value breaks. */
export function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `must be one of ${listed(issue.values)}`;
    case "unrecognized_keys":
      return `unrecognized ${issue.keys.length === 1 ? "key" : "keys"}: ${listed(issue.keys)}`;
    case "invalid_union":
      if ("options" in issue) return `must be one of ${listed(issue.options as readonly unknown[])}`;
      return issue.message.startsWith("must ") ? issue.message : "is not valid";
    case "invalid_type":
      return issue.message.startsWith("must ") ? issue.message : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "too_small":
      return issue.origin === "array"
        ? `must have at least ${counted(issue.minimum)}`
        : `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array"
        ? `must have at most ${counted(issue.maximum)}`
        : `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  }
}

const listed = (values: readonly unknown[]): string => values.map(quoted).join(", ");
const counted = (count: number | bigint): string => `${count} ${count === 1 ? "entry" : "entries"}`;

const fieldOf = (value: unknown, key: PropertyKey | undefined): unknown =>
  key === undefined || value === null ? undefined : (value as Record<PropertyKey, unknown> | undefined)?.[key];

/** Value in a message: as JSON, shortened; numbers that JSON does not have by their names. */
function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  const text = quoted(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** JSON in which nothing acts on a terminal: JSON itself leaves C1 control characters and marks of direction as they are. */
const quoted = (value: unknown): string =>
  json(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // it holds itself, or a bigint
  }
}
