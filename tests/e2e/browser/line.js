// The page's microphone says what a test gives it, and what the page hears is kept, by the page's own clock.
{
  const FRAME = 1024; // samples of one look: 21 ms at 48 kHz
  const LOUD = 0.01; // mean amplitude from which something is a voice
  const looks = []; // when each was (ms), how loud, its samples
  let context, mouth;

  const getUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (getUserMedia) {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      await getUserMedia(wanted); // the browser's permission is asked for as ever
      context = new AudioContext({ sampleRate: 48000 });
      mouth = context.createMediaStreamDestination();
      return mouth.stream;
    };
  }

  const hear = (stream) => {
    const ear = context.createScriptProcessor(FRAME, 1, 1);
    ear.onaudioprocess = ({ inputBuffer }) => {
      const samples = inputBuffer.getChannelData(0).slice();
      const loudness = samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length;
      looks.push({ at: performance.now(), loud: loudness > LOUD, samples });
    };
    context.createMediaStreamSource(stream).connect(ear);
    ear.connect(context.destination);
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("track", ({ streams }) => hear(streams[0]));
    }
  };

  // Says a WAV file (base64); when it has been said, by performance.now().
  window.say = async (wav) => {
    const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(mouth);
    await new Promise((said) => {
      source.onended = said;
      source.start();
    });
    return performance.now();
  };

  // When a voice was first heard after a moment; null: not yet.
  window.heardFrom = (since) => looks.find(({ at, loud }) => loud && at > since)?.at ?? null;
  // Whether something was heard after a moment, and then nothing for so long.
  window.hasEnded = (since, quiet) => {
    const last = looks.findLast(({ loud }) => loud);
    return Boolean(last) && last.at > since && performance.now() - last.at > quiet;
  };
  // All that was heard after a moment: 16 bits at 48 kHz, base64.
  window.heardAll = (since) => {
    const parts = looks.filter(({ at }) => at > since).map(({ samples }) => samples);
    const whole = new Int16Array(parts.length * FRAME);
    parts.forEach((samples, number) => samples.forEach((sample, at) => (whole[number * FRAME + at] = sample * 32767)));
    const bytes = new Uint8Array(whole.buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  };
}
