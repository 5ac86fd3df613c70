const WRONG = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none" };

// The microphone's stream; throws what is wrong with it.
export async function microphone() {
  if (!navigator.mediaDevices) throw "insecure";
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  } catch (error) {
    throw WRONG[error.name] ?? "taken";
  }
}
