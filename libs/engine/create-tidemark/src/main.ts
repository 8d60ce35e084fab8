#!/usr/bin/env node
import { runCreate } from './run-create';

async function main(): Promise<void> {
  process.exitCode = await runCreate(process.argv.slice(2), {
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  });
}

void main();
