// What makers of applications with models send to a provider for the tools of a server: prints the requests, as JSON. None is sent:
// `fetch` answers itself. It runs from the folder that has the packages.
import { readFileSync } from 'node:fs';

const { converter, toolsFile } = JSON.parse(process.argv[2]);
const tools = JSON.parse(readFileSync(toolsFile, 'utf8'));
const requests = [];
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  requests.push({ url: request.url, body: JSON.parse(await request.text()) });
  const error = { code: 400, message: 'The request was intercepted.' };
  return Response.json({ error }, { status: 400 });
};

const converters = {
  '@langchain/google-genai': async () => {
    const { ChatGoogleGenerativeAI } = await import('@langchain/google-genai');
    const model = new ChatGoogleGenerativeAI({
      model: 'gemini-2.5-flash',
      apiKey: 'none',
      maxRetries: 0,
    });
    await model.bindTools(await langChainTools()).invoke('hello');
  },
  '@langchain/openai': async () => {
    const { ChatOpenAI } = await import('@langchain/openai');
    const model = new ChatOpenAI({ model: 'gpt-4o', apiKey: 'none', maxRetries: 0 });
    await model.bindTools(await langChainTools()).invoke('hello');
  },
  '@ai-sdk/google': async () => {
    const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
    await generate(createGoogleGenerativeAI({ apiKey: 'none' })('gemini-2.5-flash'));
  },
  '@ai-sdk/openai': async () => {
    const { createOpenAI } = await import('@ai-sdk/openai');
    await generate(createOpenAI({ apiKey: 'none' })('gpt-4o'));
  },
  '@genkit-ai/google-genai': async () => {
    const { genkit } = await import('genkit');
    const { googleAI } = await import('@genkit-ai/google-genai');
    const ai = genkit({ plugins: [googleAI({ apiKey: 'none' })] });
    const own = tools.map(({ name, description, inputSchema }) =>
      ai.dynamicTool({ name, description, inputJsonSchema: inputSchema }, async () => ''),
    );
    await ai.generate({ model: googleAI.model('gemini-2.5-flash'), prompt: 'hello', tools: own });
  },
};

const failure = await converters[converter]().then(
  () => undefined,
  (error) => String(error?.stack ?? error),
);
// Every converter reports the intercepted answer; one that failed before has sent nothing.
console.log(JSON.stringify({ requests, ...(requests.length === 0 && { failure }) }));
process.exit(0);

async function langChainTools() {
  const { tool } = await import('@langchain/core/tools');
  return tools.map(({ name, description, inputSchema }) =>
    tool(() => '', { name, description, schema: inputSchema }),
  );
}

async function generate(model) {
  const { generateText, jsonSchema, tool } = await import('ai');
  const own = tools.map(({ name, description, inputSchema }) => [
    name,
    tool({ description, inputSchema: jsonSchema(inputSchema) }),
  ]);
  await generateText({ model, prompt: 'hello', maxRetries: 0, tools: Object.fromEntries(own) });
}
