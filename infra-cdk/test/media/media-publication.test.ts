import { it } from 'vitest';
import { MediaPublication } from '../../src/media/media-publication.ts';
import { templateOf } from '../support.ts';

it('reads the stream of media', () => {
  const template = templateOf((stack) => void new MediaPublication(stack, 'Publication'), {
    others: ['data/media-stream-arn', 'events/bus-name'],
  });
  template.hasResourceProperties('AWS::Pipes::Pipe', { Name: 'media-to-bus' });
});
