import { startSample, type SampleService } from '../fixture/sample-service.fixture';

describe('security headers', () => {
  let sample: SampleService;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.app.close());

  const get = (url: string) => sample.app.inject({ method: 'GET', url });

  it.each([
    ['an answer', '/v1/open'],
    ['a refusal', '/v1/things'],
    ['an address that does not exist', '/nothing'],
    ["an address that can't be decoded", '/v1/%zz'],
    ['a probe', '/health/live'],
    ['the document', '/openapi.json'],
  ])('stop a browser from loading or embedding anything for %s', async (_, url) => {
    expect((await get(url)).headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age=31536000') as string,
      'referrer-policy': 'no-referrer',
    });
  });

  it('let /docs load its own scripts, styles and images, and it needs no others', async () => {
    const page = await get('/docs');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');

    const scripts = [...page.body.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(2);
    for (const [, attributes, inline] of scripts) {
      expect(attributes).toMatch(/ src="\.?\/[^/]/);
      expect(inline!.trim()).toBe('');
    }
    expect(page.body).not.toMatch(/ on\w+="/);
    const assets = [...page.body.matchAll(/ (?:src|href)="([^"#]+)"/g)].map(([, url]) => url!);
    for (const asset of assets) {
      const answer = await get(new URL(asset, 'http://x/docs').pathname);
      expect([asset, answer.statusCode]).toEqual([asset, 200]);
      expect(answer.headers['content-security-policy']).toBe(policy);
    }
    expect(assets).toContain('./docs/swagger-ui-init.js');
  });
});
