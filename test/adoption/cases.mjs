// Each route of each application with the inputs that it is called with, over REST and as a tool. An input goes into the variables of
// the path, then into the query (GET, DELETE) or the body. Every caller of the application tries every input.
const user = { email: 'BOB@example.org', password: 'secret', role: { id: 2 } };
const post = '0b7c2c4e-6a55-4b6e-9d0c-6f6b7c7f1b11';

export const cases = {
  boilerplate: [
    {
      tool: 'users_create',
      route: 'POST /api/v1/users',
      inputs: {
        good: user,
        'null in what may be left out': { ...user, name: null },
        'a taken address': { ...user, email: 'ann@example.org' },
        'no address': { ...user, email: 'bob' },
        'a nested fault': { ...user, role: { id: 0 } },
        nothing: {},
      },
    },
    {
      tool: 'users_list',
      route: 'GET /api/v1/users',
      inputs: { nothing: {}, 'a page': { page: 2, limit: 5 }, 'too many': { limit: 51 } },
    },
    {
      tool: 'users_find',
      route: 'GET /api/v1/users/:id',
      inputs: { good: { id: 1 }, missing: { id: 7 }, bad: { id: 'one' } },
    },
    {
      tool: 'users_update',
      route: 'PATCH /api/v1/users/:id',
      inputs: {
        good: { id: 1, email: 'eve@example.org' },
        missing: { id: 7, email: 'eve@example.org' },
        bad: { id: 1, password: 'x' },
      },
    },
    {
      tool: 'users_remove',
      route: 'DELETE /api/v1/users/:id',
      inputs: { good: { id: 1 }, missing: { id: 7 }, bad: { id: '1x' } },
    },
  ],
  commands: [
    {
      tool: 'posts_create',
      route: 'POST /posts',
      inputs: {
        good: { title: 'Hello', tags: ['a'] },
        'a state': { title: 'Hello', state: 'published' },
        'no state': { title: 'Hello', state: 'lost' },
        'an unknown key': { title: 'Hello', admin: true },
        short: { title: 'x' },
        'too many tags': { title: 'Hello', tags: ['a', 'b', 'c'] },
      },
    },
    {
      tool: 'posts_find',
      route: 'GET /posts/:id',
      inputs: {
        good: { id: post },
        missing: { id: post.replace('1b11', '1b12') },
        bad: { id: 'first' },
      },
    },
    {
      tool: 'posts_search',
      route: 'GET /posts',
      inputs: { nothing: {}, good: { text: 'a', state: 'b' }, refused: { text: 'teapot' } },
    },
  ],
  blog: [
    {
      tool: 'articles_list',
      route: 'GET /articles',
      inputs: { nothing: {}, good: { author: 'ann', tag: 'x' } },
    },
    {
      tool: 'articles_find',
      route: 'GET /articles/:slug',
      inputs: { good: { slug: 'hello' }, missing: { slug: 'bye' } },
    },
    {
      tool: 'articles_create',
      route: 'POST /articles',
      inputs: {
        good: { article: { title: 'Hello', body: 'World' } },
        'an empty title': { article: { title: '' } },
        'no title': { article: {} },
      },
    },
    {
      tool: 'articles_update',
      route: 'PUT /articles/:slug',
      inputs: { good: { slug: 'hello', title: 'Bye' }, 'without a title': { slug: 'hello' } },
    },
    {
      tool: 'articles_remove',
      route: 'DELETE /articles/:slug',
      inputs: { good: { slug: 'hello' } },
    },
  ],
  hexagonal: [
    {
      tool: 'account_balance',
      route: 'GET /accounts/:id',
      inputs: { good: { id: 'rich' }, other: { id: 'poor' } },
    },
    {
      tool: 'account_history',
      route: 'GET /accounts/:id/history',
      inputs: { good: { id: 'rich' }, 'a time': { id: 'rich', since: '2026-01-01' } },
    },
    {
      tool: 'account_send',
      route: 'POST /accounts/send',
      inputs: {
        good: { from: 'rich', to: 'poor', amount: 5 },
        'too much': { from: 'poor', to: 'rich', amount: 50 },
        'what only the documentation forbids': { from: 'rich', to: 'poor', amount: '5' },
      },
    },
  ],
  samples: [
    {
      tool: 'cats_create',
      route: 'POST /cats',
      inputs: {
        good: { name: 'Tom', age: 3 },
        bad: { name: 'T', age: 3 },
        old: { name: 'Tom', age: 31 },
      },
    },
    {
      tool: 'cats_list',
      route: 'GET /cats',
      inputs: {
        nothing: {},
        good: { limit: 5, sleeping: true },
        bad: { limit: 'many' },
        'not a boolean': { sleeping: 'perhaps' },
      },
    },
    {
      tool: 'cats_of_colour',
      route: 'GET /cats/of/:colour',
      inputs: {
        good: { colour: 'black' },
        'with ids': { colour: 'white', ids: [1, 2] },
        bad: { colour: 'pink' },
      },
    },
    {
      tool: 'cats_remove',
      route: 'DELETE /cats/:id',
      inputs: { good: { id: 5 }, missing: { id: 500 }, bad: { id: 'five' } },
    },
  ],
};
