import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleRun } from '../report/fixture-run.ts';
import type { FaultEvent, HistoryEvent } from '../model/history.ts';
import type { LibraryCallEvent, LibraryEvent, ObservedEvent } from '../model/observed.ts';
