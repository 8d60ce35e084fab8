import { startTestRun } from '../isolation/start-test-run';

/**
 * The program that Jest's global setup starts. It prints the variables in one line, and ends the run when its input
 * ends.
 */
async function keepTestRun(): Promise<void> {
  // Ctrl-C in a terminal reaches this process too, but only the end of Jest counts.
  process.on('SIGINT', () => {});
  const run = await startTestRun();
  process.stdout.write(`${JSON.stringify(run.environment)}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => void run.stop());
}

keepTestRun().catch((failure: unknown) => {
  process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`);
  process.exitCode = 1;
});
