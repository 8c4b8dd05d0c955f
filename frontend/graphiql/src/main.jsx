import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import { MEDIA_QUERIES, QUERIES } from './examples.js';

// GraphiQL comes from the address that it sends its requests to.
async function fetcher(request, { headers } = {}) {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
}

const queries = window.location.pathname === '/media/graphql' ? MEDIA_QUERIES : QUERIES;

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={queries} shouldPersistHeaders={false} />,
);
