import {
  Body,
  Controller,
  Injectable,
  ParseFilePipe,
  Post,
  UploadedFile,
  UploadedFiles,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import { McpTool, McpTools } from 'nestjs-mcp';
import { call, serve, textOf, type Served } from './serve.js';

class Named {
  @IsString()
  name!: string;
}

@McpTools()
@Injectable()
class WholeService {
  one(): string {
    return 'one';
  }

  two(): string {
    return 'two';
  }
}

@Controller('files')
class FilesController {
  @Post()
  @McpTool()
  describe(
    @Body() { name }: Named,
    @UploadedFile(new ParseFilePipe({ fileIsRequired: false })) file?: object,
  ): string {
    return `${name}: ${file === undefined ? 'no file' : 'a file'}`;
  }

  @Post('many')
  @McpTool()
  describeMany(
    @Body() { name }: Named,
    @UploadedFiles(new ParseFilePipe({ fileIsRequired: false })) files?: object[],
  ): string {
    return `${name}: ${files === undefined ? 'no files' : 'files'}`;
  }
}

describe('Nothing is lost in silence:', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ providers: [WholeService], controllers: [FilesController] });
  });

  afterAll(() => served.close());

  it('@McpTools() without an argument takes all methods', async () => {
    const client = await served.connect();
    expect(textOf(await call(client, 'one'))).toBe('one');
    expect(textOf(await call(client, 'two'))).toBe('two');
  });

  it('an upload that may be left out is left out', async () => {
    const client = await served.connect();
    expect(textOf(await call(client, 'describe', { name: 'a' }))).toBe('a: no file');
    expect(textOf(await call(client, 'describe_many', { name: 'a' }))).toBe('a: no files');
  });
});
