/**
 * The floors of libs/mcp/src: a room imports only from lower floors, sisters never import each other.
 * The drawing of this table is in docs/architecture.md.
 */
const floors = [
  ['errors', 'nest'],
  ['protocol', 'platform', 'clients', 'catalog', 'backplane'],
  ['schema', 'sessions'],
  ['context', 'transports', 'redis'],
  ['access'],
  ['primitives'],
  ['tasks'],
  ['parameters'],
  ['tools', 'resources', 'prompts', 'skills', 'completions', 'execution'],
  ['engine', 'discovery'],
  ['mcp.options.ts'],
  ['server', 'auth'],
  ['landing'],
  ['mcp.module.ts', 'testing', 'health', 'inspector', 'telemetry'],
  ['index.ts'],
];

/**
 * The roles of the library's files: `name.role.ts` is one of several files of its role. A file without a role is `its-name.ts`.
 */
const roles = [
  'call',
  'controller',
  'decorator',
  'dialect',
  'entry',
  'error',
  'exception',
  'explorer',
  'factory',
  'guard',
  'logger',
  'manager',
  'metadata',
  'methods',
  'module',
  'options',
  'pipe',
  'primitive',
  'registry',
  'result',
  'rules',
  'schema',
  'store',
  'transport',
];

/** Rooms that may speak with an MCP SDK. */
const sdkRooms = ['protocol', 'transports', 'engine', 'health', 'testing', 'inspector'];

/** Packages that only a door of their own may need: package → its door. */
const doorPackages = {
  '@nestjs/terminus': 'health',
  '@opentelemetry/api': 'telemetry',
  ioredis: 'redis',
  redis: 'redis',
};

const lib = '^libs/mcp/src/';
const spec = String.raw`\.spec\.ts$`;
const named = `/[a-z0-9-]+(\\.(${roles.join('|')}))?(\\.spec)?\\.c?ts$`;
const escape = (text) => text.replaceAll('.', String.raw`\.`);
const inside = (rooms) =>
  `${lib}(${rooms.map((room) => escape(room) + (room.endsWith('.ts') ? '$' : '/')).join('|')})`;
const installed = (packages) => `node_modules/(${packages.map(escape).join('|')})/`;

const downhill = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `floor-${floor}-${room}`,
    comment: `${room} stands on floor ${floor}: it imports only from lower floors, never from a sister.`,
    severity: 'error',
    from: { path: inside([room]), pathNot: spec },
    to: { path: lib, pathNot: inside([room, ...floors.slice(0, floor).flat()]) },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...downhill,
    {
      name: 'every-file-has-a-room',
      comment: 'A file of the library belongs to a room of the table of floors.',
      severity: 'error',
      from: { path: lib, pathNot: inside(floors.flat()) },
      to: {},
    },
    {
      name: 'every-import-has-a-room',
      comment: 'A file of the library belongs to a room of the table of floors.',
      severity: 'error',
      from: {},
      to: { path: lib, pathNot: inside(floors.flat()) },
    },
    {
      name: 'every-file-has-a-listed-role',
      comment:
        'A file of the library is called name.role.ts, with a role of the list, or its-name.ts.',
      severity: 'error',
      from: { path: lib, pathNot: named },
      to: {},
    },
    {
      name: 'every-import-has-a-listed-role',
      comment:
        'A file of the library is called name.role.ts, with a role of the list, or its-name.ts.',
      severity: 'error',
      from: {},
      to: { path: lib, pathNot: named },
    },
    {
      name: 'a-door-is-no-corridor',
      comment: 'No file inside the library imports an index.ts.',
      severity: 'error',
      from: { path: lib, pathNot: spec },
      to: { path: `${lib}.*index\\.ts$` },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'sdk-behind-the-engines',
      comment: `Only ${sdkRooms.join(', ')} know an MCP SDK.`,
      severity: 'error',
      from: { path: lib, pathNot: [inside(sdkRooms), spec] },
      to: { path: installed(['@modelcontextprotocol']) },
    },
    {
      name: 'inside-of-nest-behind-one-room',
      comment: "Only nest/ imports from inside Nest's packages: the others use their main entries.",
      severity: 'error',
      from: { path: lib, pathNot: [inside(['nest']), spec] },
      to: {
        path: 'node_modules/@nestjs/(common|core)/',
        pathNot: String.raw`node_modules/@nestjs/(common|core)/index\.(js|d\.ts)$`,
      },
    },
    {
      name: 'adapters-behind-one-room',
      comment: 'Only platform/ may import Express and Fastify.',
      severity: 'error',
      from: { path: lib, pathNot: [inside(['platform']), spec] },
      to: {
        path: installed([
          'express',
          'fastify',
          '@nestjs/platform-express',
          '@nestjs/platform-fastify',
        ]),
      },
    },
    {
      name: 'heavy-packages-are-loaded-late',
      comment:
        'The main files of class-validator and of Ajv are loaded when they are first needed (decision 0025).',
      severity: 'error',
      from: { path: lib, pathNot: [inside(['testing']), spec, String.raw`/ajv-packages\.cts$`] },
      to: {
        path: [
          installed(['ajv', 'ajv-formats']),
          'node_modules/class-validator/(cjs/|types/)?index',
        ],
        dynamic: false,
        dependencyTypesNot: ['type-only', 'type-import'],
      },
    },
    {
      name: 'library-stands-alone',
      comment: 'The library knows neither the reference app nor the tests.',
      severity: 'error',
      from: { path: lib },
      to: { path: '^(src|test|scripts|bench|examples)/' },
    },
    {
      name: 'library-declares-what-it-imports',
      comment:
        'Everything imported is in libs/mcp/package.json, which is what a consumer installs.',
      severity: 'error',
      from: { path: lib, pathNot: spec },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'app-uses-the-front-doors',
      comment: 'The reference app and the examples import the library as its users do.',
      severity: 'error',
      from: { path: '^(src|examples)/' },
      to: { path: lib, pathNot: `${lib}.*index\\.ts$` },
    },
    ...Object.entries(doorPackages).map(([name, room]) => ({
      name: `${room}-has-its-own-door`,
      comment: `Only ${room}/ may need ${name}.`,
      severity: 'error',
      from: { path: lib, pathNot: [inside([room]), spec] },
      to: { path: installed([name]) },
    })),
    ...Object.values(doorPackages).map((room) => ({
      name: `front-door-does-not-reach-${room}`,
      severity: 'error',
      from: { path: `${lib}index\\.ts$` },
      to: { path: inside([room]), reachable: true },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^examples/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
