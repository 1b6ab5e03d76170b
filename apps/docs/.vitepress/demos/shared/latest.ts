/**
 * Function that asks for one answer at a time: while an answer is awaited, only the last of the new questions is kept.
 * @param ask answers a question
 * @param take is called with each answer, or with the error
 */
export function latest<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  take: (answer: Answer | Error) => void,
): (question: Question) => void {
  let isBusy = false;
  let waiting: { readonly question: Question } | undefined;
  const next = async (question: Question): Promise<void> => {
    isBusy = true;
    take(await ask(question).catch((error: Error) => error));
    isBusy = false;
    if (!waiting) return;
    const { question: later } = waiting;
    waiting = undefined;
    await next(later);
  };
  return (question) => {
    if (isBusy) waiting = { question };
    else void next(question);
  };
}
