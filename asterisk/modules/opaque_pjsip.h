/*
 * The types of pjsip that Asterisk's headers name, as far as a module needs them that never looks into one.
 *
 * Debian builds Asterisk with a pjproject of its own, whose headers are in no package. Asterisk's structures have
 * pointers to its types where they matter to us; what they hold by value comes after the members that we read.
 *
 * Built against Asterisk's headers, hence under its licence: GPL-2.0-only.
 */
#ifndef OPAQUE_PJSIP_H
#define OPAQUE_PJSIP_H

typedef int pj_bool_t, pj_status_t, pj_ssl_cipher, pjsip_auth_algorithm_type, pjsip_inv_state;
typedef struct { char *ptr; long slen; } pj_str_t;
typedef struct { char opaque; } pj_sockaddr, pj_timer_entry, pjsip_auth_algorithm, pjsip_media_type, pjsip_module,
	pjsip_response_addr, pjsip_tls_setting, pjsip_tp_state_callback, pjsip_tpselector;
typedef struct pj_pool_t pj_pool_t;
typedef struct pjmedia_sdp_session pjmedia_sdp_session;
typedef struct pjsip_dialog pjsip_dialog;
typedef struct pjsip_endpoint pjsip_endpoint;
typedef struct pjsip_event pjsip_event;
typedef struct pjsip_fromto_hdr pjsip_fromto_hdr;
typedef struct pjsip_generic_string_hdr pjsip_generic_string_hdr;
typedef struct pjsip_inv_session pjsip_inv_session;
typedef struct pjsip_msg pjsip_msg;
typedef struct pjsip_rx_data pjsip_rx_data;
typedef struct pjsip_sip_uri pjsip_sip_uri;
typedef struct pjsip_tpfactory pjsip_tpfactory;
typedef struct pjsip_transport pjsip_transport;
typedef struct pjsip_tx_data pjsip_tx_data;
typedef struct pjsip_uri pjsip_uri;

#define PJSIP_AUTH_ALGORITHM_COUNT 1

#endif
