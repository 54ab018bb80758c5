export { nestAdd } from './nest-add.js';
export { prompt, resource, tool } from './generate.js';
