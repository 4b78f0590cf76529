import type { ChartRequest } from '../model/scenario.ts';
import type { ChartSource } from './charts.ts';

/** What a picture is called within a run: its file, and its place in the page. */
export function chartId(request: ChartRequest, { scenario }: ChartSource): string {
	const place = [scenario.id, ...(request.case === undefined ? [] : [request.case])].join('-');
	switch (request.kind) {
		case 'ladder':
			return `${place}-${request.gauge}-${request.state}`;
		case 'bars':
			return `${place}-${request.measures.join('-')}`;
		case 'cases':
			return `${place}-cases-${request.measure}`;
		case 'heat':
			return [place, 'heat', request.measure, ...(request.targets ?? [])].join('-');
		case 'percentiles':
			return `${place}-percentiles`;
		case 'knee':
		case 'push-cost':
			return `${place}-${request.kind}`;
		case 'reclaim':
		case 'remains':
		case 'soak':
			return `${place}-${request.kind}-${request.of}`;
		case 'timeline':
			return `${place}-${request.series}`;
	}
}
