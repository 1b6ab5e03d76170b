export { byteMutations, type Mutation, mutatedJson, withText } from "./mutate";
