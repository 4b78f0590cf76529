import { describeEnvironment } from '../environment.ts';
import { calibratedMachine } from '../model/calibration.ts';
import type { MeasureName, Measures } from '../model/measures.ts';
import type { Profile } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import type { VerdictProof } from '../model/verdict-proof.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { deriveSeed, seededRandom, shuffled } from '../random.ts';
import { CalibrationError } from './contest.ts';
import { type Bench, measureTrial } from './measure.ts';
import { measureCost, roundsOfArms, type VerdictLoad, verdictSize, worker } from './verdict-arms.ts';
import { allowedDifferent, type BlockFigures, proofRow, wantedFound } from './verdict-counts.ts';

interface ProofSize extends VerdictLoad {
	/** In each of which every arm runs once. */
	readonly blocks: number;
}

/** `smoke` shows that everything works: a hundred comparisons of four blocks repeat each other. */
const proofSizes: Readonly<Record<Profile, ProofSize>> = {
	smoke: { blocks: 4, warmMs: 100, forMs: 600 },
	standard: { blocks: 15, warmMs: 400, forMs: 2000 },
	full: { blocks: 60, warmMs: 400, forMs: 3000 },
};

/** What the verdicts are proved on. */
const judged: readonly MeasureName[] = ['p50Us', 'cpuUsPerCall'];
/** By how much the slowed arms are slower, in %. */
const percents = [5, 10];

/** The measures of every arm of a block, in the order of the arms. */
type Block = readonly Measures[];

/**
 * A server that is compared with itself, and with itself slowed: how often is the verdict the right one? The trials are those of a run, on fresh
 * processes, every arm once in each block, in seeded random order.
 * @throws CalibrationError when too few blocks can be measured; AbortError when interrupted
 */
export async function proveVerdicts(
	profile: Profile,
	bench: Bench,
	say: (line: string) => void,
): Promise<VerdictProof> {
	const startedAt = new Date();
	const size = proofSizes[profile];
	const machine = calibratedMachine(await describeEnvironment(bench.placement));
	say('pilots: what a round of work costs');
	const rounds = roundsOfArms(
		percents.map((percent) => percent / 100),
		await measureCost(size, bench),
	);
	const arms = [
		worker('base', rounds.base),
		worker('base-again', rounds.base),
		...rounds.slowed.map((slowed, n) => worker(`slower-by-${percents[n]}`, slowed)),
	];
	const { blocks, ran } = await measureBlocks(arms, size, bench, say);
	if (blocks.length < repeatsForVerdict) {
		throw new CalibrationError(
			`Of ${ran} blocks only ${blocks.length} ran undisturbed, and a comparison takes ${repeatsForVerdict}: ` +
				'other programs had the CPUs. Try again when the machine is idle.',
		);
	}
	return {
		measuredAt: startedAt.toISOString(),
		durationMs: Date.now() - startedAt.getTime(),
		machine,
		profile,
		seed: bench.seed,
		repeats: repeatsForVerdict,
		blocks: blocks.length,
		blocksRan: ran,
		trials: blocks.length * arms.length,
		allowedDifferent,
		wantedFound,
		rows: judged.map((measure) => {
			const seed = deriveSeed(bench.seed, 'resampling', measure);
			return proofRow(measure, figuresOf(blocks, measure), { percents, repeats: repeatsForVerdict, seed });
		}),
	};
}

/** Blocks that do not count are made up for, up to so many times the blocks that are wanted. */
const mostBlocksShare = 4 / 3;

/** Those in which the generator was within its limits for every arm: half a block cannot be compared. */
async function measureBlocks(
	arms: readonly Target[],
	size: ProofSize,
	bench: Bench,
	say: (line: string) => void,
): Promise<{ readonly blocks: readonly Block[]; readonly ran: number }> {
	const blocks: Block[] = [];
	const most = Math.ceil(size.blocks * mostBlocksShare);
	let ran = 0;
	while (blocks.length < size.blocks && ran < most) {
		const nth = ++ran;
		const found = new Map<string, Measures>();
		for (const arm of shuffled(arms, seededRandom(deriveSeed(bench.seed, 'verdicts', nth)))) {
			bench.signal.throwIfAborted();
			say(`verdicts: block ${nth} of ${size.blocks}, ${arm.id}`);
			const { measures, disturbed } = await measureTrial(arm, verdictSize(size), nth, bench);
			if (disturbed !== undefined) {
				say(`verdicts: block ${nth} does not count: ${disturbed}`);
				break;
			}
			found.set(arm.id, measures);
		}
		if (found.size === arms.length) blocks.push(arms.flatMap(({ id }) => found.get(id) ?? []));
	}
	return { blocks, ran };
}

/** @throws CalibrationError where an arm lacks the measure */
function figuresOf(blocks: readonly Block[], measure: MeasureName): readonly BlockFigures[] {
	return blocks.map((block) => {
		const [first, second, ...slowed] = block.map((measures) => measures[measure]?.value ?? Number.NaN);
		if (!first || !second || slowed.some((value) => !(value > 0))) {
			throw new CalibrationError(`${measure} could not be measured.`);
		}
		return { base: [first, second], slowed };
	});
}
