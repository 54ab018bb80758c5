import { offer, server, status } from '../state/inspector.js';
import { route } from '../state/route.js';
import { ClientsView } from './clients-view.js';
import { NewsView } from './news-view.js';
import { PrimitiveList } from './primitive-list.js';
import { PromptView } from './prompt-view.js';
import { QuestionDialog } from './question-dialog.js';
import { ResourceView } from './resource-view.js';
import { ServerView } from './server-view.js';
import { ToolView } from './tool-view.js';
import { TopBar } from './top-bar.js';
import { WireView } from './wire-view.js';

/** The whole page. */
export function App() {
  return (
    <>
      <TopBar />
      <Banner />
      <div class="columns">
        <PrimitiveList />
        <main>
          <Shown />
        </main>
      </div>
      <QuestionDialog />
    </>
  );
}

/** Shows a connection problem and its remedy. */
function Banner() {
  const state = status.value;
  if (state.kind === 'offline') {
    return (
      <p class="banner" role="alert">
        The application does not answer. The page connects by itself when it is back.
      </p>
    );
  }
  if (state.kind !== 'refused') return null;
  return (
    <p class="banner bad" role="alert">
      {state.message}
    </p>
  );
}

function Shown() {
  const { view, name } = route.value;
  const { tools, resources, templates, prompts } = offer.value;
  const of = server.value?.name ?? '';
  if (view === 'wire') return <WireView />;
  if (view === 'news') return <NewsView />;
  if (view === 'server') return <ServerView />;
  if (view === 'connect') return <ClientsView />;
  const tool = view === 'tools' ? tools.find((one) => one.name === name) : undefined;
  if (tool) return <ToolView key={`${of} ${name}`} tool={tool} />;
  const prompt = view === 'prompts' ? prompts.find((one) => one.name === name) : undefined;
  if (prompt) return <PromptView key={`${of} ${name}`} prompt={prompt} />;
  const template =
    view === 'templates' ? templates.find((one) => one.uriTemplate === name) : undefined;
  if (template) return <ResourceView key={`${of} ${name}`} resource={template} />;
  if (view === 'resources') {
    // A link in a result may refer to a resource that is in no list.
    const resource = resources.find((one) => one.uri === name) ?? { name, uri: name };
    return <ResourceView key={`${of} ${name}`} resource={resource} />;
  }
  if (status.value.kind === 'connecting') return <p class="empty">The page connects…</p>;
  return view === '' ? (
    <article>
      <h2>What this is</h2>
      <p>
        Everything that this application offers to MCP clients. Choose something in the list, fill
        in its form and call it.
      </p>
      <p>
        <kbd>/</kbd> goes to the search, the arrows move in the list, <kbd>Ctrl+Enter</kbd> calls
        what is shown.
      </p>
    </article>
  ) : (
    <p class="empty">
      This caller sees nothing named <code>{name}</code>.
    </p>
  );
}
