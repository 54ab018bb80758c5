import { BadRequestException, Injectable } from '@nestjs/common';
import { audio, embedded, image, McpParam, McpTool, text } from 'nestjs-mcp';
import { ADDRESS_SCHEMA, PNG, WAV } from './samples.js';

/** Every kind of content that a tool can answer with. */
@Injectable()
export class ContentTools {
  @McpTool({ name: 'test_simple_text', description: 'Answers with a text.' })
  simpleText() {
    return 'This is a simple text response for testing.';
  }

  @McpTool({ name: 'test_image_content', description: 'Answers with an image.' })
  imageContent() {
    return image(PNG, 'image/png');
  }

  @McpTool({ name: 'test_audio_content', description: 'Answers with a sound.' })
  audioContent() {
    return audio(WAV, 'audio/wav');
  }

  @McpTool({ name: 'test_embedded_resource', description: 'Answers with a resource inside.' })
  embeddedResource() {
    return embedded('test://embedded-resource', {
      text: 'This is an embedded resource content.',
      mimeType: 'text/plain',
    });
  }

  @McpTool({ name: 'test_multiple_content_types', description: 'Answers with several blocks.' })
  multipleContentTypes() {
    return [
      text('Multiple content types test:'),
      image(PNG, 'image/png'),
      embedded('test://mixed-content-resource', {
        text: '{"test":"data","value":123}',
        mimeType: 'application/json',
      }),
    ];
  }

  @McpTool({ name: 'test_error_handling', description: 'Fails, and says why.' })
  errorHandling() {
    throw new BadRequestException('This tool intentionally returns an error for testing');
  }

  @McpTool({
    name: 'json_schema_2020_12_tool',
    description: 'Takes an input with a schema of many keywords.',
    input: ADDRESS_SCHEMA,
  })
  addressTool(@McpParam() input: object) {
    return `Received: ${JSON.stringify(input)}`;
  }

  @McpTool({
    name: 'test_x_mcp_header',
    description: 'Takes an input that requests repeat in a header.',
  })
  regionTool(
    @McpParam('region', { header: 'Region', required: false, description: 'Where to run.' })
    region: string,
  ) {
    return `Region: ${region ?? 'none'}`;
  }
}
