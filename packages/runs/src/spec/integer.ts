import { z } from "zod";

/** Schema of an integer whose message also says so of what is no number. */
export const integer = () => z.int("must be an integer");
