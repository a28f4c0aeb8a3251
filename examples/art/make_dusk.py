"""The photograph of examples/photo.json: a dusk over mountains, computed, so that it is ours. python3 make_dusk.py"""
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates
W,H=2400,2900
rng=np.random.default_rng(11)
def fbm1(n,octaves,rough,seed,base=3):
    r=np.random.default_rng(seed);y=np.zeros(n);x=np.linspace(0,1,n)
    for o in range(octaves):
        k=base*2**o+3; v=r.standard_normal(k); t=x*(k-3)+1; i=t.astype(int).clip(1,k-3); f=t-i
        a,b,c,d=v[i-1],v[i],v[i+1],v[np.minimum(i+2,k-1)]
        y+=rough**o*(b+.5*f*(c-a+f*(2*a-5*b+4*c-d+f*(3*(b-c)+d-a))))
    return y
def fbm2(h,w,octaves,seed,rough=.55,base=3,aspect=1):
    r=np.random.default_rng(seed);out=np.zeros((h,w),np.float32)
    for o in range(octaves):
        k=base*2**o; n=r.standard_normal((int(k*aspect)+4,k+4)).astype(np.float32)
        yy=np.linspace(1,n.shape[0]-3,h);xx=np.linspace(1,n.shape[1]-3,w)
        out+=rough**o*map_coordinates(n,np.meshgrid(yy,xx,indexing='ij'),order=3,mode='nearest')
    return out
hor=int(H*.60)
y=np.linspace(0,1,hor)[:,None,None]; x=np.linspace(0,1,W)[None,:,None]
stops=[(0,(18,24,58)),(.30,(52,50,104)),(.55,(148,84,120)),(.75,(238,138,96)),(.90,(255,196,120)),(1,(255,226,170))]
sky=np.stack([np.interp(y[:,0,0],[s[0] for s in stops],[s[1][c] for s in stops]) for c in range(3)],-1)[:,None,:].repeat(W,1)
sx,sy=.62,.92
dist=np.sqrt(((x-sx)*W/H*1.1)**2+((y-sy)*.6)**2)
sky+=np.exp(-(dist/.16)**2)*np.array([60,70,60])+np.exp(-(dist/.05)**2)*np.array([80,90,110])
sky+=np.where(dist<.026,1,np.exp(-((dist-.026)/.004).clip(0)**2))*np.array([90,90,80])
cl=fbm2(hor,W,7,5,.56,3,3.2); cl=(cl-cl.mean())/cl.std(); band=np.exp(-((y[...,0]-.52)/.30)**2)
c=np.clip(cl*.8+.1,0,1.6)*band; lit=np.clip(cl-np.roll(cl,-26,0),-1,1)
cc=np.stack([225+45*lit,130+55*lit,125+25*lit],-1)
sky=sky*(1-.42*np.clip(c,0,1)[...,None])+cc*(.42*np.clip(c,0,1)[...,None])
st=np.zeros((hor,W),np.float32); n=700; st[(rng.random(n)**1.6*hor*.45).astype(int),(rng.random(n)*W).astype(int)]=rng.random(n)**3*900+120
sky+=gaussian_filter(st,1.5)[...,None]*np.array([1,1,1.1])*2.0
img=np.zeros((H,W,3)); img[:hor]=sky
layers=[(.735,.050,21,4),(.79,.060,7,4),(.85,.070,33,5),(.925,.060,15,6)]
haze=np.array([250,178,140]);dark=np.array([24,26,52])
for k,(base,amp,seed,b) in enumerate(layers):
    r=fbm1(W,9,.50,seed,b); r=(r-r.mean())/r.std(); top=(hor*base-amp*hor*r*.62).astype(int)
    if k==0: top-= (hor*.10*np.exp(-((np.linspace(0,1,W)-.28)/.16)**2)).astype(int)
    t=(k+1)/len(layers); col=haze*(1-t)**1.35+dark*(1-(1-t)**1.35)
    tex=fbm2(hor,W,8,seed+50,.62,6,1.0);tex=(tex-tex.mean())/tex.std()
    slope=gaussian_filter(tex,2)-np.roll(gaussian_filter(tex,2),-9,1)
    yy=np.arange(hor)[:,None]; m=np.clip((yy-top[None])+.5,0,1)[...,None]
    depth=np.clip((yy-top[None])/(hor*.30),0,1)[...,None]
    shade=col*(1+.22*slope[...,None]*(t*.6+.4))+(haze*.72-col)*depth**1.4*.55*(1-t*.55)
    img[:hor]=img[:hor]*(1-m)+shade*m
# trees on the near shore
shore=np.zeros((hor,W),np.float32); xs=np.arange(0,W,5); rr=np.random.default_rng(3)
yy,xx=np.mgrid[0:hor,0:W]
for x0 in np.sort(rr.random(330)*W):
    hgt=rr.uniform(.25,1)*hor*.085*(1.35-.9*np.exp(-((x0/W-.60)/.24)**2)); wd=hgt*.17
    a,b=max(0,int(x0-wd)),min(W,int(x0+wd)+1); t0=int(hor-hgt-4)
    sub=yy[t0:hor,a:b]; rel=(sub-t0)/hgt; jag=.75+.25*np.abs(np.sin(rel*34+x0)); wdt=wd*rel*jag
    shore[t0:hor,a:b]=np.maximum(shore[t0:hor,a:b],np.clip(wdt-np.abs(xx[t0:hor,a:b]-x0)+.6,0,1))
img[:hor]=img[:hor]*(1-shore[...,None])+np.array([14,16,30])*shore[...,None]
# lake
hh=H-hor; d=np.arange(hh)[:,None]/hh
rip=fbm2(hh,W,8,77,.7,4,9.0); rip=(rip-rip.mean())/rip.std(); fine=fbm2(hh,W,6,78,.8,40,6.0); fine=(fine-fine.mean())/fine.std()
off=(4+70*d)*(rip*.55+fine*.35); srcy=np.clip(hor-1-(np.arange(hh)[:,None]*1.22+off),0,hor-1); srcx=np.clip(np.arange(W)[None]+off*.25,0,W-1)
for ch in range(3): img[hor:,:,ch]=map_coordinates(gaussian_filter(img[:hor,:,ch],(2.5,1)),[srcy,np.broadcast_to(srcx,srcy.shape)],order=1)
img[hor:]*=(0.86-.42*d[...,None]); img[hor:]+=np.array([8,14,30])*d[...,None]
glint=np.clip(fine+rip*.6-1.1,0,3)*np.exp(-(((np.arange(W)[None]/W-sx)/(.05+.12*d)))**2)*(1-d*.5)
img[hor:]+=glint[...,None]*np.array([120,90,55])
img[hor-3:hor+3]*=.7
v=1-.28*(((np.linspace(-1,1,W)[None])**2+(np.linspace(-1,1,H)[:,None])**2)/2)**1.5
img=img[:,:W-24]; W-=24
v=1-.28*(((np.linspace(-1,1,W)[None])**2+(np.linspace(-1,1,H)[:,None])**2)/2)**1.5
img*=v[...,None]; img=gaussian_filter(img,(.8,.8,0)); img+=rng.normal(0,3.2,(H,W,1))+rng.normal(0,1.2,(H,W,3))
Image.fromarray(np.clip(img,0,255).astype(np.uint8)).save('dusk.jpg',quality=82,dpi=(300,300),optimize=True)

