import { Injectable } from '@nestjs/common';
import { McpParam, McpResource } from 'nestjs-mcp';
import { PNG } from './samples.js';

/** Resources of every kind. */
@Injectable()
export class Resources {
  @McpResource('test://static-text', {
    name: 'static-text',
    description: 'A text.',
    mimeType: 'text/plain',
  })
  staticText() {
    return 'This is the content of the static text resource.';
  }

  @McpResource('test://static-binary', {
    name: 'static-binary',
    description: 'An image.',
    mimeType: 'image/png',
  })
  staticBinary() {
    return Buffer.from(PNG, 'base64');
  }

  @McpResource('test://template/{id}/data', {
    name: 'template-data',
    description: 'Data under an id.',
    mimeType: 'application/json',
  })
  templateData(@McpParam('id') id: string) {
    return { id, templateTest: true, data: `Data for ID: ${id}` };
  }

  @McpResource('test://watched-resource', {
    name: 'watched-resource',
    description: 'Content that may change.',
    mimeType: 'text/plain',
  })
  watched() {
    return 'Watched resource content';
  }
}
