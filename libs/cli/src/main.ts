#!/usr/bin/env node
import { runTidemark } from './program';

async function main(): Promise<void> {
  process.exitCode = await runTidemark(process.argv.slice(2), {
    environment: process.env,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  });
}

void main();
