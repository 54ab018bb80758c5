import { Body, Controller, Get, Injectable, Param, Post, type OnModuleInit } from '@nestjs/common';
import { McpGroup, McpTool, McpTools } from 'nestjs-mcp';
import { bootError, startApp, type StartedApp } from '../support/start-app.js';

class Note {
  text!: string;
}

@Injectable()
@McpGroup('notes')
@McpTools({ except: ['forget'] })
class NotesService implements OnModuleInit {
  onModuleInit(): void {
    // Called by Nest only.
  }

  readAll(): string {
    return 'all';
  }

  @McpTool({ name: 'write', title: 'Write it' })
  writeOne(note: Note): string {
    return `wrote ${JSON.stringify(note)}`;
  }

  forget(): string {
    return 'never offered';
  }

  get size(): number {
    throw new Error('a getter is no method');
  }

  _internal(): string {
    return 'never offered';
  }
}

class Base {
  inherited(): string {
    return 'from the base';
  }
}

@Injectable()
@McpTools({ only: ['inherited'] })
class Derived extends Base {
  own(): string {
    return 'never offered';
  }
}

@Injectable()
class NotOptedIn extends NotesService {
  extra(): string {
    return 'never offered';
  }
}

@McpTools({ except: ['remove'] })
@Controller('things')
class ThingsController {
  @Get(':id')
  findThing(@Param('id') id: string): string {
    return this.format(id);
  }

  @Post('remove')
  remove(@Body('id') id: string): string {
    return id;
  }

  format(id: string): string {
    return `thing ${id}`;
  }
}

@McpTools({ only: ['listShelves'] })
@Controller('shelves')
class ShelvesController {
  @Get()
  listShelves(): string {
    return 'shelves';
  }

  @Get(':id')
  findShelf(@Param('id') id: string): string {
    return id;
  }
}

describe('@McpTools on a class', () => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({
      controllers: [ThingsController, ShelvesController],
      providers: [NotesService, Derived],
    });
  });

  afterAll(() => served.close());

  it('makes tools of the selected methods: of controllers only routes, of services what they declare', async () => {
    const client = await served.client();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'find_thing',
      'inherited',
      'list_shelves',
      'notes_read_all',
      'notes_write',
    ]);
    expect((await client.callTool('find_thing', { id: '3' })).text).toBe('thing 3');
    expect((await client.callTool('inherited')).text).toBe('from the base');
  });

  it('gives precedence to the decorator of a method', async () => {
    const client = await served.client();
    const tools = await client.listTools();
    expect(tools.find(({ name }) => name === 'notes_write')?.title).toBe('Write it');
  });

  it('is opted in by each class: a subclass does not inherit it', async () => {
    const other = await startApp({ providers: [NotOptedIn] });
    const client = await other.client();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['notes_write']);
    await other.close();
  });

  it('stops the boot for a method that does not exist', async () => {
    @Injectable()
    @McpTools({ only: ['find', 'serch'] })
    class SearchService {
      find(): void {
        // Nothing to find.
      }

      search(): void {
        // Nothing to find.
      }
    }
    const { message } = await bootError({ providers: [SearchService] });
    expect(message).toMatch(/SearchService\.serch: .*does not have.*find, search/);
  });

  it('stops the boot for a misspelt exception, which would expose the method', async () => {
    @Injectable()
    @McpTools({ except: ['purge_all'] })
    class PurgeService {
      purgeAll(): void {
        // Nothing to purge.
      }
    }
    const { message } = await bootError({ providers: [PurgeService] });
    expect(message).toMatch(/PurgeService\.purge_all: .*purgeAll/);
  });

  it('stops the boot for a method of a controller that is no route', async () => {
    @Controller('parts')
    @McpTools({ only: ['format'] })
    class PartsController {
      @Get()
      list(): string {
        return '';
      }

      format(): string {
        return '';
      }
    }
    const { message } = await bootError({ controllers: [PartsController] });
    expect(message).toMatch(/PartsController\.format: .*no route.*@McpTool\(\)/);
  });
});
