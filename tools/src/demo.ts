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

Sends four orders through the running installation and prints the timeline of each as it happens.
Uses the installation that \`npm start\` runs in this checkout, or the one that TIDEMARK_COMMAND_URL,
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
  console.log(`${plan.customers.length} customers and ${plan.products.length} products, with stock`);
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
