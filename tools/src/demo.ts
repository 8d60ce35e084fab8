import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from './client/connect';
import { reasonOf } from './client/reason-of';
import { prepareShop } from './demo/prepare-shop';
import { stories } from './demo/stories';
import { tellStory } from './demo/tell-story';
import { planReplay } from './replay/plan-replay';
import { readRetailFiles } from './replay/read-retail-files';

const usage = `usage: npm run -s demo

Lets four orders go their way through the running installation, each with its timeline as it happens.
The installation is that of \`npm start\` in this checkout, or the one that TIDEMARK_COMMAND_URL,
TIDEMARK_QUERY_URL, TIDEMARK_PROCESS_URL and TIDEMARK_TOKEN name.
`;

function takesNoArguments(): boolean {
  try {
    parseArgs({ options: {} });
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<number> {
  if (!takesNoArguments()) {
    process.stderr.write(usage);
    return 2;
  }
  const client = await connect('service');
  const plan = planReplay(await readRetailFiles([join(__dirname, '../data/small-shop.csv')]));
  console.log(`${plan.customers.length} customers, ${plan.products.length} products and their stock`);
  await prepareShop(client, plan);
  let failed = 0;
  for (const [index, story] of stories.entries()) {
    const order = plan.orders[index]!;
    if (!(await tellStory({ client, story, order, print: console.log }))) {
      failed += 1;
    }
  }
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(reasonOf(error));
    process.exit(1);
  },
);
