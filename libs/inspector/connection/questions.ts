import { signal } from '@preact/signals';

/** A request of a server to its client while a call runs. */
export interface Question {
  readonly id: number;
  readonly method: 'elicitation/create' | 'sampling/createMessage';
  readonly params: Readonly<Record<string, unknown>>;
  answer(result: Record<string, unknown>): void;
  /** Refuses to answer: the server receives an error. */
  refuse(): void;
}

/** The pending questions, the oldest first. */
export const questions = signal<readonly Question[]>([]);

let next = 1;

/** Shows a question to the user. Resolves with the answer. */
export function ask(method: Question['method'], params: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const id = next;
    next += 1;
    const done = (): void => {
      questions.value = questions.value.filter((one) => one.id !== id);
    };
    const question: Question = {
      id,
      method,
      params: params as Question['params'],
      answer: (result) => {
        done();
        resolve(result);
      },
      refuse: () => {
        done();
        reject(new Error('The user refused to answer.'));
      },
    };
    questions.value = [...questions.value, question];
  });
}

/** Removes all questions, because the server is disconnected. */
export function dropQuestions(): void {
  for (const question of questions.value) question.refuse();
}
