export { type Sentence, sentenceFiles, timitCorpus, writeFiles } from "./timit";
