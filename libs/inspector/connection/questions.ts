import { signal } from '@preact/signals';

/** What a server asks its client while a call runs. */
export interface Question {
  readonly id: number;
  readonly method: 'elicitation/create' | 'sampling/createMessage';
  readonly params: Readonly<Record<string, unknown>>;
  answer(result: Record<string, unknown>): void;
  /** Refuses to answer: the server reads an error. */
  refuse(): void;
}

/** The questions that wait, the oldest first. */
export const questions = signal<readonly Question[]>([]);

let next = 1;

/** Puts a question to the person at the page. Resolves with the answer. */
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

/** Takes all questions back: whoever asked is gone. */
export function dropQuestions(): void {
  for (const question of questions.value) question.refuse();
}
