import { fileURLToPath } from 'node:url';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import llmstxt from 'vitepress-plugin-llms';
import { sourceLinks } from './source-links.mjs';
import { sidebar } from './sidebar.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const base = process.env.SITE_BASE ?? '/';
const sources = sourceLinks({ root, base });

/** The pages lie above the folder in which Vue is installed: it is looked for here. */
const vueOfTheSite = {
  name: 'vue-of-the-site',
  enforce: 'pre',
  resolveId(id, _importer, options) {
    if (!/^vue(?:\/|$)/.test(id)) return undefined;
    return this.resolve(id, `${root}site/package.json`, { ...options, skipSelf: true });
  },
};

/** What is generated, or only for those who change the library, is no page for a model to begin with. */
const aside = [
  'api/**',
  'site/api/**',
  'docs/decisions/**',
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
];
const ignoreFilesPerOutput = { llmsTxt: aside, llmsFullTxt: aside };

/** The site: the Markdown of the repository where it stands, and the API that TypeDoc writes from the sources. */
export default defineConfig({
  title: 'nestjs-mcp',
  description: 'Turns the services of a NestJS application into a Model Context Protocol server.',
  lang: 'en',
  base,
  srcDir: '..',
  // The folders that hold pages; a copy of the README lies in libs/mcp after a build.
  srcExclude: ['{bench,deploy,libs,scripts,src,test}/**', '.github/**', 'site/*.md'],
  rewrites: {
    'README.md': 'index.md',
    'docs/guide/README.md': 'docs/guide/index.md',
    'examples/README.md': 'examples/index.md',
    'examples/:name/README.md': 'examples/:name/index.md',
    'site/api/:path*': 'api/:path*',
  },
  // Fragments are those of GitHub, so that a link leads to the same place in both.
  markdown: { anchor: { slugify: slug }, config: (md) => md.use(sources.markdown) },
  vite: {
    plugins: [vueOfTheSite, llmstxt({ excludeIndexPage: false, ignoreFilesPerOutput })],
    build: { chunkSizeWarningLimit: 2_000 },
  },
  transformHead: ({ pageData }) => [
    [
      'link',
      {
        rel: 'alternate',
        type: 'text/markdown',
        href: `${base}${pageData.relativePath.replace(/(?<=.)\/index\.md$/, '.md')}`,
      },
    ],
  ],
  buildEnd: ({ outDir }) => sources.write(outDir),
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/docs/guide/' },
      { text: 'Options', link: '/docs/guide/options' },
      { text: 'API', link: '/api/' },
      { text: 'Changelog', link: '/CHANGELOG' },
    ],
    sidebar: sidebar(root),
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
});
