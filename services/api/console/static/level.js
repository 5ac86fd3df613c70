// How loud a stream is, every tenth of a second: told(mean power, 0 to 1). Returns the timer.
const LEVEL_MS = 100;

export function watchLevel(context, stream, told) {
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    told(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }, LEVEL_MS);
}

// From 0 to 1 over 60 dB.
export const shown = (power) => (power ? Math.max(0, 1 + Math.log10(power) / 6) : 0);
