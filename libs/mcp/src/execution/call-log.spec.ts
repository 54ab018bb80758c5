import { Logger } from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { logRefusedInput } from './call-log.js';

describe('The log line of a refused call', () => {
  it.each([
    [['name'], 'refused 1 wrong input after'],
    [['name', 'amount'], 'refused 2 wrong inputs after'],
  ])('counts %j in words that fit', (properties, expected) => {
    const lines: string[] = [];
    const logger = Object.assign(new Logger(), { warn: (line: string) => lines.push(line) });
    const error = new InvalidInputException(properties.map((name) => `${name}: must be string`));
    const call = { where: 'Products.find', started: performance.now(), logger };
    logRefusedInput(error, { kind: 'tool', name: 'find' }, call);
    expect(lines).toEqual([expect.stringContaining(`tool find (Products.find) ${expected}`)]);
  });
});
