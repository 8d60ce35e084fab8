import type { Installation } from '@tidemark/testing';

/** The text after the start of the system: its addresses, a token, and requests to try. */
export function welcome(
  { urls, adminUrls }: Pick<Installation, 'urls' | 'adminUrls'>,
  token: string,
  logDirectory: string,
): string {
  const write = urls['command-service'];
  const read = urls['query-service'];
  return `
Tidemark is running.

  command-service     ${write}/docs
  query-service       ${read}/docs
  projection-service  ${urls['projection-service']}/docs
  process-manager     ${urls['process-manager']}/docs

Admin ports, with /admin and /metrics:

  command-service     ${adminUrls['command-service']}/docs
  query-service       ${adminUrls['query-service']}/docs
  projection-service  ${adminUrls['projection-service']}/docs
  process-manager     ${adminUrls['process-manager']}/docs

  logs                ${logDirectory}

A token with all rights, valid for 12 hours:

  export TOKEN=${token}

Three requests to try:

  curl -s -X POST ${write}/v1/products -H "authorization: Bearer $TOKEN" -H "idempotency-key: try-1" \\
    -H "content-type: application/json" -d '{"productId":"TEAPOT","name":"Teapot","price":{"amount":2499,"currency":"EUR"}}'

  curl -s -X POST ${write}/v1/stock/TEAPOT/receive -H "authorization: Bearer $TOKEN" -H "idempotency-key: try-2" \\
    -H "content-type: application/json" -d '{"quantity":12}'

  curl -s "${read}/v1/streams/StockItem-TEAPOT/events" -H "authorization: Bearer $TOKEN"

To watch four orders:  npm run -s demo        To stop: Ctrl-C
`;
}
