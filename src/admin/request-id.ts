/** The header of every answer that names the request; audit rows and problems bear the same id. */
export const requestIdHeader = "Gatehouse-Request-Id";
