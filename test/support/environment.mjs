import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Before Node 24, a storage that was used once costs every asynchronous operation of the process from then on, and each suite
 * brings storages of its own.
 */
const used = new Set();
for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...parameters) {
    used.add(this);
    return original.apply(this, parameters);
  };
}

/** Jest's environment of Node, whose suites leave no storage behind. */
export default class Environment extends TestEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
