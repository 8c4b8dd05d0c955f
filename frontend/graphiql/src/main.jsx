import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import { MEDIA_QUERIES, QUERIES } from './examples.js';
import { storedBelow } from './storage.js';

// GraphiQL comes from the address that it sends its requests to.
async function fetcher(request, { headers } = {}) {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
}

const isMedia = window.location.pathname === '/media/graphql';
document.title = `${isMedia ? 'Media' : 'Todos'} – Sluicegate GraphQL`;

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={isMedia ? MEDIA_QUERIES : QUERIES}
    shouldPersistHeaders={false}
    storage={storedBelow(window.location.pathname, window.localStorage)}
  />,
);
