export { byteMutations, type Mutation, mutatedJson } from "./mutate";
