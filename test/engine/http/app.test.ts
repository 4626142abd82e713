import assert from 'node:assert/strict';
import type { InjectOptions } from 'fastify';
import { appError } from '../../../src/domain/errorCatalogue';
import { AppError } from '../../../src/domain/errors';
import { authorized, echo, TOKEN, testApp, VERSION } from './support/testApp';

const ITEM = '/subscriptions/:subscription/things/:thing';

describe('HTTP app', () => {
  const { app, lines } = testApp(
    [
      echo('GET', ITEM),
      echo('PUT', ITEM),
      echo('DELETE', ITEM),
      echo('POST', `${ITEM}/act`),
      { method: 'GET', path: '/accepted', handle: () => ({ status: 202, headers: { 'Retry-After': '1' } }) },
      {
        method: 'GET',
        path: '/fails/:how',
        handle: ({ params }) => {
          if (params.how === 'known') throw appError('ResourceGroupNotFound', { resourceGroup: 'home' });
          if (params.how === 'unknown') throw new AppError('SomethingElse', 'Something else.');
          if (params.how === 'details') {
            const details = [{ code: 'A', message: 'a', target: 'x' }];
            throw new AppError('BMSUserErrorInvalidPolicyInput', 'No.', { details: { target: 'policy', details } });
          }
          if (params.how === 'foreign') throw Object.assign(new Error('inner secret'), { statusCode: 404, code: 'X' });
          throw new Error('inner secret');
        },
      },
    ],
    { bodyLimit: 1000 },
  );
  after(() => app.close());

  const ask = async (options: InjectOptions) => {
    const response = await app.inject(authorized(options));
    return { response, status: response.statusCode, body: response.body ? response.json() : undefined };
  };

  const put = (options: InjectOptions) =>
    ask({ method: 'PUT', url: `/subscriptions/s/things/t?${VERSION}`, ...options });

  describe('authentication', () => {
    for (const [what, authorization] of Object.entries({
      'no token': undefined,
      'a wrong token of the same length': `Bearer ${'x'.repeat(TOKEN.length)}`,
      'a shorter token': 'Bearer the',
      'the bare token': TOKEN,
      'an empty token': 'Bearer ',
    })) {
      it(`answers 401 to ${what}`, async () => {
        const headers = authorization === undefined ? {} : { authorization };
        const response = await app.inject({ url: `/subscriptions/s/things/t?${VERSION}`, headers });
        assert.equal(response.statusCode, 401);
        assert.equal(response.json().error.code, 'InvalidAuthenticationToken');
      });
    }

    it('comes before everything else: unknown paths, missing versions and bad bodies are 401 too', async () => {
      const unknown = await app.inject({ url: '/nothing/here' });
      const bad = await app.inject({ method: 'PUT', url: '/subscriptions/s/things/t', body: '{' });
      assert.deepEqual([unknown.statusCode, bad.statusCode], [401, 401]);
    });

    it('takes the scheme in any case', async () => {
      const { status } = await ask({
        url: `/subscriptions/s/things/t?${VERSION}`,
        headers: { authorization: `bearer ${TOKEN}` },
      });
      assert.equal(status, 200);
    });
  });

  describe('Host check on TCP', () => {
    for (const [host, expected] of [
      ['127.0.0.1:8080', 200],
      ['localhost', 200],
      ['LOCALHOST:1', 200],
      ['[::1]:8080', 200],
      ['management.azure.com', 403],
      ['127.0.0.1.evil.example', 403],
      ['evil.example:127', 403],
    ] as const) {
      it(`answers ${expected} to ${host}`, async () => {
        const { status } = await ask({ url: `/subscriptions/s/things/t?${VERSION}`, headers: { host } });
        assert.equal(status, expected);
      });
    }
  });

  describe('routes', () => {
    it("ignores case in the path and keeps the caller's case in names", async () => {
      const { body } = await ask({ url: `/SUBSCRIPTIONS/SubA/Things/VM%3Biaas%3bX;Y%20z?${VERSION}` });
      assert.deepEqual(body.params, { subscription: 'SubA', thing: 'VM;iaas;X;Y z' });
    });

    it('accepts trailing and double slashes, and very long names', async () => {
      const name = 'n'.repeat(1500);
      const { status, body } = await ask({ url: `//subscriptions/s//things/${name}/?${VERSION}` });
      assert.equal(status, 200);
      assert.equal(body.params.thing, name);
    });

    it('answers 404 in the envelope, before it reads a body', async () => {
      const { status, body } = await ask({ method: 'PUT', url: `/nowhere?${VERSION}`, body: '{' });
      assert.equal(status, 404);
      assert.deepEqual(body, { error: { code: 'NotFound', message: 'There is no operation at /nowhere.' } });
    });

    it('answers 405 with Allow to other methods, whatever the version and body', async () => {
      for (const method of ['POST', 'PATCH', 'HEAD', 'OPTIONS'] as const) {
        const response = await app.inject(authorized({ method, url: '/subscriptions/s/things/t', body: '{' }));
        assert.equal(response.statusCode, 405, method);
        assert.equal(response.headers.allow, 'GET, PUT, DELETE');
        if (method !== 'HEAD') assert.equal(response.json().error.code, 'MethodNotAllowed');
      }
    });

    it('answers 400 in the envelope to a malformed %-escape', async () => {
      const { status, body, response } = await ask({ url: `/subscriptions/%zz/things/t?${VERSION}` });
      assert.equal(status, 400);
      assert.equal(body.error.code, 'BadRequest');
      assert.ok(response.headers['x-ms-request-id']);
    });

    it('refuses a table with two answers to one question', () => {
      assert.throws(() => testApp([echo('GET', '/a/:x'), echo('GET', '/A/:y')]), /Two operations answer GET/);
    });

    it('takes methods of one path from rows whose parameters have other names', async () => {
      const other = testApp([echo('GET', '/a/:x'), echo('PUT', '/A/:y')]);
      const got = await other.app.inject(authorized({ url: `/a/1?${VERSION}` }));
      const written = await other.app.inject(authorized({ method: 'PUT', url: `/a/1?${VERSION}` }));
      assert.deepEqual([got.json().params, written.json().params], [{ x: '1' }, { y: '1' }]);
    });
  });

  describe('api-version', () => {
    it("is required, in ARM's words", async () => {
      const { status, body } = await ask({ url: '/subscriptions/s/things/t?api-version=' });
      assert.equal(status, 400);
      assert.equal(body.error.code, 'MissingApiVersionParameter');
      assert.equal(body.error.message, 'The api-version query parameter (?api-version=) is required for all requests.');
    });

    for (const version of ['latest', '2024-4-1', '2024-04-01-beta', '2024-04-01x']) {
      it(`refuses ${version}`, async () => {
        const { status, body } = await ask({ url: `/subscriptions/s/things/t?api-version=${version}` });
        assert.equal(status, 400);
        assert.equal(body.error.code, 'InvalidApiVersionParameter');
        assert.ok(body.error.message.includes(version));
      });
    }

    it('accepts any date, with -preview and a key in any case', async () => {
      const { body } = await ask({ url: '/subscriptions/s/things/t?Api-Version=2019-05-13-preview' });
      assert.equal(body.apiVersion, '2019-05-13-preview');
    });

    it('is asked for before the body', async () => {
      const { body } = await ask({ method: 'PUT', url: '/subscriptions/s/things/t', body: '{' });
      assert.equal(body.error.code, 'MissingApiVersionParameter');
    });
  });

  describe('query', () => {
    for (const query of [
      '$filter=a%20eq%20%27b%27',
      '%24filter=a+eq+%27b%27',
      '%24filter=a%20eq%20%27b%27&$filter=second',
    ]) {
      it(`decodes ${query}`, async () => {
        const { body } = await ask({ url: `/subscriptions/s/things/t?${VERSION}&${query}` });
        assert.equal(body.query.$filter, "a eq 'b'");
        assert.equal(body.url, `/subscriptions/s/things/t?${VERSION}&${query}`);
      });
    }
  });

  describe('body', () => {
    it('is JSON, whatever its type says', async () => {
      for (const type of ['application/json', 'text/plain', 'application/json; charset=utf-8']) {
        const { body } = await put({ body: '{"a":"ä"}', headers: { 'content-type': type } });
        assert.deepEqual(body.body, { a: 'ä' }, type);
      }
    });

    it('answers 400 to malformed JSON', async () => {
      const { status, body } = await put({ body: '{"a":', headers: { 'content-type': 'application/json' } });
      assert.equal(status, 400);
      assert.equal(body.error.code, 'InvalidRequestContent');
    });

    it('may be missing although a type is named', async () => {
      for (const [method, path] of [
        ['DELETE', '/subscriptions/s/things/t'],
        ['POST', '/subscriptions/s/things/t/act'],
      ] as const) {
        const headers = { 'content-type': 'application/json' };
        const { status, body } = await ask({ method, url: `${path}?${VERSION}`, headers });
        assert.equal(status, 200, method);
        assert.equal('body' in body, false);
      }
    });

    it('answers 413 to one that is too large', async () => {
      const { status, body } = await put({ body: `"${'x'.repeat(1000)}"` });
      assert.equal(status, 413);
      assert.equal(body.error.code, 'RequestEntityTooLarge');
    });
  });

  describe('answers', () => {
    it("have ARM's headers, errors included", async () => {
      const headers = { 'x-ms-client-request-id': 'mine', 'x-ms-correlation-request-id': 'all-of-mine' };
      for (const [method, url, kind] of [
        ['GET', `/subscriptions/s/things/t?${VERSION}`, 'reads'],
        ['PUT', `/subscriptions/s/things/t?${VERSION}`, 'writes'],
        ['GET', '/nowhere', 'reads'],
      ] as const) {
        const { response } = await ask({ method, url, headers });
        assert.match(String(response.headers['x-ms-request-id']), /^request-\d+$/);
        assert.equal(response.headers['x-ms-client-request-id'], 'mine');
        assert.equal(response.headers['x-ms-correlation-request-id'], 'all-of-mine');
        assert.equal(response.headers['cache-control'], 'no-cache');
        assert.equal(response.headers.pragma, 'no-cache');
        assert.equal(response.headers['x-content-type-options'], 'nosniff');
        assert.ok(Number(response.headers[`x-ms-ratelimit-remaining-subscription-${kind}`]) > 1000);
      }
    });

    it('correlate by the request id when the caller has no id of its own', async () => {
      const { response } = await ask({ url: `/accepted?${VERSION}` });
      assert.equal(response.headers['x-ms-correlation-request-id'], response.headers['x-ms-request-id']);
    });

    it('may have no body, and headers of their own', async () => {
      const { status, body, response } = await ask({ url: `/accepted?${VERSION}` });
      assert.deepEqual([status, body, response.headers['retry-after']], [202, undefined, '1']);
    });

    it('take the status of a known code from the catalogue, with its recommendation', async () => {
      const { status, body } = await ask({ url: `/fails/known?${VERSION}` });
      assert.equal(status, 404);
      assert.equal(body.error.message, "Resource group 'home' could not be found.");
      assert.match(body.error.additionalInfo[0].info.text, /existing resource group/);
    });

    it('are 400 for other codes, and carry details', async () => {
      assert.equal((await ask({ url: `/fails/unknown?${VERSION}` })).status, 400);
      const { body } = await ask({ url: `/fails/details?${VERSION}` });
      assert.deepEqual(body.error.details, [{ code: 'A', message: 'a', target: 'x' }]);
      assert.equal(body.error.target, 'policy');
    });

    for (const how of ['surprise', 'foreign']) {
      it(`are 500 without internals for a ${how} error, which is logged under the request's id`, async () => {
        const { status, body, response } = await ask({ url: `/fails/${how}?${VERSION}` });
        const id = String(response.headers['x-ms-request-id']);
        assert.equal(status, 500);
        assert.equal(body.error.code, 'InternalServerError');
        assert.ok(body.error.message.includes(id));
        assert.ok(!response.body.includes('inner secret'));
        assert.ok(lines.some((line) => line.includes(id) && line.includes('inner secret')));
      });
    }
  });
});
