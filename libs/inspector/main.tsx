import { render } from 'preact';
import { start } from './state/inspector.js';
import { App } from './views/app.js';

const root = document.querySelector('#app');
if (root) {
  root.replaceChildren();
  render(<App />, root);
  void start();
}
