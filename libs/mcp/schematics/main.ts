export { nestAdd } from './nest-add.js';
export { prompt, resource, skill, tool } from './generate.js';
