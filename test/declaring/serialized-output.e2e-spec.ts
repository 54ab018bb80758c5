import {
  ClassSerializerInterceptor,
  Injectable,
  Module,
  SerializeOptions,
  type Type as Class,
} from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { getMcpServerToken, McpTool, type McpServerRef } from 'nestjs-mcp';
import { of } from 'rxjs';
import { startApp, type StartedApp } from '../support/start-app.js';

class TagDto {
  @Expose({ name: 'tag_label' })
  label!: string;
}

class PersonDto {
  @Expose()
  id!: number;

  @Expose({ name: 'full_name' })
  name!: string;

  @Expose()
  @Transform(({ value }) => `<${value as string}>`)
  email!: string;

  @Exclude()
  password?: string;

  @Expose()
  @Type(() => TagDto)
  tags!: TagDto[];
}

/** As an ORM has it: its own decorators, which hold first. */
class PersonEntity {
  id = 1;
  name = 'Ada';
  email = 'ada@example.com';
  password = 'secret';
  tags = [{ label: 'a' }];

  @Exclude()
  internal = 'never';
}

const plain = () => ({
  id: 1,
  name: 'Ada',
  email: 'ada@example.com',
  password: 'secret',
  tags: [{ label: 'a' }],
});

const instance = () => {
  const tags = [Object.assign(new TagDto(), { label: 'a' })];
  return Object.assign(new PersonDto(), plain(), { tags });
};

const shown = {
  id: 1,
  full_name: 'Ada',
  email: '<ada@example.com>',
  tags: [{ tag_label: 'a' }],
};

@Injectable()
class PeopleService {
  @McpTool({ output: PersonDto })
  instance(): PersonDto {
    return instance();
  }

  @McpTool({ output: PersonDto })
  async plain(): Promise<PersonDto> {
    return plain();
  }

  @McpTool({ output: PersonDto })
  entity(): PersonDto {
    return new PersonEntity();
  }

  @McpTool({ output: PersonDto })
  @SerializeOptions({ type: PersonDto })
  typed(): PersonDto {
    return plain();
  }

  @McpTool({ output: PersonDto })
  observed() {
    return of(plain());
  }

  @McpTool({ output: [PersonDto] })
  instances(): PersonDto[] {
    return [instance()];
  }

  @McpTool({ output: [PersonDto] })
  plains(): PersonDto[] {
    return [plain()];
  }

  @McpTool({ output: [PersonDto] })
  async entities(): Promise<PersonDto[]> {
    return [new PersonEntity()];
  }

  @McpTool({ output: PersonDto })
  nothing(): PersonDto {
    return null as unknown as PersonDto;
  }

  @McpTool()
  undeclared(): PersonEntity {
    return new PersonEntity();
  }
}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }] })
class ProvidedSerializer {}

describe.each([
  ['no serializer', {}],
  ['a global ClassSerializerInterceptor', { global: true }],
  ['one that is provided', { imports: [ProvidedSerializer] }],
] as [string, { global?: true; imports?: Class[] }][])(
  'An output class behind %s',
  (_what, { global, imports }) => {
    let served: StartedApp;

    beforeAll(async () => {
      served = await startApp({
        providers: [PeopleService],
        imports: imports ?? [],
        configure: (app) => {
          if (global) app.useGlobalInterceptors(new ClassSerializerInterceptor(app.get(Reflector)));
        },
      });
    });

    afterAll(() => served.close());

    it.each(['instance', 'plain', 'entity', 'typed', 'observed'])(
      'serialises %s by its @Expose(), @Exclude() and @Transform(), each once',
      async (name) => {
        const result = await (await served.client()).callTool(name);
        expect(result.structured).toEqual(shown);
        expect(JSON.parse(result.text)).toEqual(shown);
      },
    );

    it.each(['instances', 'plains', 'entities'])(
      'serialises lists in the same way (%s)',
      async (name) => {
        const result = await (await served.client()).callTool(name);
        expect(result.raw.structuredContent).toEqual({ result: [shown] });
      },
    );

    it('serialises the result of a tool added at run time in the same way', async () => {
      const server: McpServerRef = served.app.get(getMcpServerToken(), { strict: false });
      const remove = server.tools.add({ name: 'late', output: PersonDto, handler: plain });
      const result = await (await served.client()).callTool('late');
      expect(result.structured).toEqual(shown);
      remove();
    });

    it('leaves undefined unchanged', async () => {
      const result = await (await served.client()).callTool('nothing');
      expect(result.text).toMatch(/^The tool has run/);
    });

    it('leaves results without a declared output unchanged', async () => {
      const { structured } = await (await served.client()).callTool('undeclared');
      const written = global || imports ? plain() : { ...plain(), internal: 'never' };
      expect(structured).toEqual(written);
    });
  },
);
