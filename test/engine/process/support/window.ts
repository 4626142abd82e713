import { attachEngine } from '../../../../src/client/local/attach';

/** What a VS Code window does: attaches, and tells to what. */
async function main([dataFolder = '', bundleFolder = '']: readonly string[]): Promise<void> {
  const { endpoint, started } = await attachEngine({ dataFolder, bundleFolder });
  process.stdout.write(`${JSON.stringify({ token: endpoint.token, started })}\n`);
}

void main(process.argv.slice(2));
